/** Colours, or none. Whether there are any is decided once, by the command line. */
import pc from 'picocolors';

export type Paint = ReturnType<typeof pc.createColors>;

export const paintOf = (isColoured: boolean): Paint => pc.createColors(isColoured);
export const plain: Paint = paintOf(false);
