/** How much is asked. `npm test` leaves out what takes long and says so; `.ci/run` sets HOLDFAST_THOROUGH and asks all. */
export const isThorough = process.env['HOLDFAST_THOROUGH'] === '1';

/** The number of random cases: all, or a third of them. */
export const cases = (all: number): number => (isThorough ? all : Math.ceil(all / 3));

/** The same random cases every time; another seed for a look around. Printed with every failure. */
export const seed = Number(process.env['HOLDFAST_SEED'] ?? 20220909);
