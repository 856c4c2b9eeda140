/** The programs that are one step smaller, the boldest steps first. */
import type { Body, GeneratedProgram, Stmt } from './program.js';
import { bodiesOf, withBodies } from './program.js';

/** Ways to make one statement simpler without losing it. */
const simpler = (s: Stmt): readonly Stmt[] => {
  switch (s.do) {
    case 'lookup':
    case 'inner':
      return s.key === 0 ? [] : [{ ...s, key: 0 }];
    case 'ifNumber':
      return s.n === 0 && s.is === '==' ? [] : [{ ...s, is: '==', n: 0 }];
    case 'take':
      return s.flags === null ? [] : [{ ...s, flags: null }];
    case 'number':
      return s.from === null ? [] : [{ ...s, from: null }];
    default:
      return [];
  }
};

function* smallerBodies(body: Body): IterableIterator<Body> {
  for (let size = body.length; size >= 2; size = Math.floor(size / 2))
    for (let at = 0; at + size <= body.length; at += size) yield body.toSpliced(at, size);
  for (const i of body.keys()) yield body.toSpliced(i, 1);
  for (const [i, s] of body.entries()) {
    const bodies = bodiesOf(s);
    for (const inner of bodies) yield body.toSpliced(i, 1, ...inner);
    for (const [n, inner] of bodies.entries())
      for (const less of smallerBodies(inner)) yield body.with(i, withBodies(s, bodies.with(n, less)));
    for (const it of simpler(s)) yield body.with(i, it);
  }
}

export function* smaller(program: GeneratedProgram): IterableIterator<GeneratedProgram> {
  if (program.section !== 'tc') yield { ...program, section: 'tc' };
  for (const body of smallerBodies(program.body)) yield { ...program, body };
}
