/** One program of a grid. */
export interface Cell {
  readonly name: string;
  /** What stands before the program. */
  readonly functions: string;
  /** Its statements; `ctx` is its context. */
  readonly body: string;
}
