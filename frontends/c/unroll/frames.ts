/** Going into a function: its frame and its parameters. */
import type { At } from '../../../model/program.js';
import type { Problems } from '../../shared/problems.js';
import type { Known } from '../../shared/values.js';
import type { FunctionIr } from '../ir.js';
import type { LocalVar } from '../scope.js';
import type { Graph } from './graph.js';
import type { Locals } from './locals.js';
import { stateOf, top, type Cursor, type Return } from './state.js';

const MOST_FRAMES = 16;

export interface Frames {
  /** One more function is called. */
  readonly push: (c: Cursor, callee: FunctionIr, resume: number, back: Return, where: At) => void;
  /** A parameter gets its value, if it has a name to be read by. */
  readonly bind: (c: Cursor, param: LocalVar | undefined, known: Known, where: At) => void;
  /** The path goes on at the beginning of its uppermost function. */
  readonly enter: (c: Cursor) => void;
}

export function newFrames(problems: Problems, { emitTo, nodeFor }: Graph, { setLocal }: Locals): Frames {
  const push = (c: Cursor, callee: FunctionIr, resume: number, back: Return, where: At): void => {
    if (c.frames.some(f => f.ir.decl === callee.decl)) {
      problems.stopInput(`\`${callee.decl.name}\` calls itself`, where, 'BPF programs cannot be recursive');
    }
    if (c.frames.length >= MOST_FRAMES) problems.stopUnsupported('calls nested this deeply', where);
    c.frames = [...c.frames, { ir: callee, resume, back }];
  };

  const bind = (c: Cursor, param: LocalVar | undefined, known: Known, where: At): void => {
    if (param !== undefined && param.name !== '') setLocal(c, param, 0, param.type, known, where);
  };

  const enter = (c: Cursor): void => {
    emitTo(c, nodeFor(stateOf(c, 0)), { event: 'jump' }, top(c).ir.decl.at);
  };

  return { push, bind, enter };
}
