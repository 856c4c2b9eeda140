/** The all-programs system: the explicit engine next to a naive search, and how far it comes at the sizes of `compare`. */
import { designNamed } from '../model/designs/index.js';
import { rulesOf } from '../model/rules/index.js';
import type { AllPrograms, Sizes } from '../encodings/all-programs.js';
import { DEFAULT_SIZES, allPrograms } from '../encodings/all-programs.js';
import { explore } from '../encodings/explore.js';
import type { Row } from './measure.js';
import { interleaved, time } from './measure.js';
import { naiveSearch } from './naive.js';
import { bytesPerState } from './search.js';

/** Small enough for a naive search to end. */
const SMALL: Sizes = { runs: 1, slots: 2, ids: 4, nodes: 3 };
const PART = 200_000;
const number = (n: number): string => Math.round(n).toLocaleString('en');

const systemOf = (sizes: Sizes): AllPrograms => {
  const design = designNamed('ptr-id');
  if (design === undefined) throw new Error('ptr-id is gone');
  return allPrograms(design, rulesOf(design), sizes);
};

export const allProgramsRows = async (): Promise<Row[]> => {
  const small = systemOf(SMALL);
  // The naive search knows neither reductions nor symmetry, so neither is used here.
  const plain = { reduce: false, forget: false, all: true } as const;
  const found = explore(small, plain);
  const naive = naiveSearch(small);
  if (found.kind !== 'safe' || found.states !== naive.states || found.transitions !== naive.transitions)
    throw new Error(`any program: ${found.kind} in ${number(found.states)} states, naively ${number(naive.states)}`);
  const t = await interleaved({ ours: () => explore(small, plain), naive: () => naiveSearch(small) }, 5);
  const large = systemOf(DEFAULT_SIZES);
  const part = await interleaved(
    {
      ours: () => explore(large, { reduce: false, forget: false, symmetry: large.symmetry, maxStates: PART }),
    },
    1,
  );
  return [
    {
      what: 'search of any program, 1 run and 3 nodes',
      ours: `${time(t.ours)}, ${number((found.states / t.ours) * 1000)} states/s, ${bytesPerState(small, plain).toFixed(0)} B/state`,
      against: `naive search: ${time(t.naive)}`,
      ratio: t.naive / t.ours,
      target: { least: 5 },
      note: `${number(found.states)} states, ${number(found.transitions)} transitions, equal on both sides; generating the code is part of the time`,
    },
    {
      what: `search of any program, ${String(DEFAULT_SIZES.runs)} runs and ${String(DEFAULT_SIZES.nodes)} nodes`,
      ours: `${time(part.ours)}, ${number((PART / part.ours) * 1000)} states/s`,
      against: 'nothing',
      ratio: null,
      target: null,
      note: `the first ${number(PART)} states, one of each that an exchange of runs or nodes makes of another`,
    },
  ];
};
