/** Who made a report. */
export interface Tool {
  readonly name: string;
  readonly version: string;
}

/** What differs between two runs that find the same. */
export interface Timing {
  readonly milliseconds: number;
}

/** Version of the shape of JSON reports other than those of `check` and `compare`. It changes when a field is renamed, removed or means something else. */
export const SCHEMA_VERSION = 1;

/**
 * Version of the reports of `check` and `compare`, under the same rule. 2: `line` and `column` of a place may be 0, for a file as a
 * whole; everything else was added.
 */
export const REPORT_VERSION = 2;
