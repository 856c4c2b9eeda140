import type { Design } from '../../../model/design.js';
import { designNamed } from '../../../model/designs/index.js';
import { rulesOf } from '../../../model/rules/index.js';
import type { Rules } from '../../../model/rules/index.js';
import { mutantsOf } from '../../../encodings/mutation.js';

export const named = (id: string): Design => {
  const d = designNamed(id);
  if (d === undefined) throw new Error(`no design ${id}`);
  return d;
};

/** The rules of a design without one guard. */
export const without = (design: Design, mutant: string): Rules => {
  const m = mutantsOf(rulesOf(design)).find(x => x.id === mutant);
  if (m === undefined) throw new Error(`no mutant ${mutant}`);
  return m.rules();
};
