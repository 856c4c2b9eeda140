/** Formats that hold one finding in a file write several: each is a part, with the id of its result. */
export interface Part {
  readonly id: string;
  readonly text: string;
}

const LONGEST = 100;

/** The id as a name of a file: no folders, nothing hidden, nothing that a shell would act upon. */
const fileName = (id: string): string => {
  const name = id.replace(/[^A-Za-z0-9._@-]+/g, '-').replace(/^[.-]+/, '');
  return name === '' ? 'result' : name.slice(0, LONGEST);
};

/** One name for each part, no two the same, also where letters have no case. */
export const fileNames = (parts: readonly Part[]): readonly string[] => {
  const taken = new Set<string>();
  return parts.map(p => {
    const base = fileName(p.id);
    let name = base;
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${base}-${String(n)}`;
    taken.add(name.toLowerCase());
    return name;
  });
};
