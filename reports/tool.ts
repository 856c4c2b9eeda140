/** Who made a report. */
export interface Tool {
  readonly name: string;
  readonly version: string;
}

/** Version of the shape of all JSON reports. It changes when a field is renamed, removed or means something else. */
export const SCHEMA_VERSION = 1;
