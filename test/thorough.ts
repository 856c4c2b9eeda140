/** How much is asked. `npm test` leaves out what takes long and says so; `.ci/run` sets HOLDFAST_THOROUGH and asks all. */
export const isThorough = process.env['HOLDFAST_THOROUGH'] === '1';

/** The number of random cases: all, or a sixth of them. */
export const cases = (all: number): number => (isThorough ? all : Math.ceil(all / 6));

/** Of a long list: all, or every fifth. */
export const some = <T>(all: readonly T[]): readonly T[] => (isThorough ? all : all.filter((_, i) => i % 5 === 0));

/** The same random cases every time; another seed for a look around. Printed with every failure. */
export const seed = Number(process.env['HOLDFAST_SEED'] ?? 20220909);
