/** Turns the body of a function into instructions. */
import type { At } from '../../../model/program.js';
import { liveness, type FunctionIr } from '../ir.js';
import { newScope, type FunctionDecl } from '../scope.js';
import type { Node } from '../syntax.js';
import { newArithmetic } from './arithmetic.js';
import { newAssignments } from './assignments.js';
import { newCalls } from './calls.js';
import { newCode } from './code.js';
import { newConditions } from './conditions.js';
import type { Lowering } from './context.js';
import { addStepped, close } from './counters.js';
import { newDeclarations, type Declarations } from './declarations.js';
import { newExits } from './exits.js';
import { newExpressions, type Expressions } from './expressions.js';
import { newLoops } from './loops.js';
import { newPlaces } from './places.js';
import type { Reader } from './reader.js';
import { newStatements, type Statements } from './statements.js';

/** Returns the instructions of a function with a body. Stops (problem collected) at the first construct it cannot read. */
export function lowerFunction(decl: FunctionDecl, unit: Lowering): FunctionIr {
  const { problems } = unit;
  const body = decl.body;
  if (body === null) return problems.stopInput(`function \`${decl.name}\` has no body`, decl.at);
  const reader: Reader = {
    rvalue: (node, scope, wanted) => expressions.rvalue(node, scope, wanted),
    statement: (node, scope, parent) => statements.statement(node, scope, parent),
    initialise: (to, init, scope, at) => declarations.initialise(to, init, scope, at),
  };
  const written = newCode(decl, unit);
  const places = newPlaces(unit, written, reader);
  const arithmetic = newArithmetic(unit, written, places);
  const assignments = newAssignments(unit, written, places, arithmetic, reader);
  const conditions = newConditions(unit, written, reader);
  const call = newCalls(unit, written, reader);
  const expressions: Expressions = newExpressions(
    unit,
    written,
    places,
    arithmetic,
    assignments,
    conditions,
    call,
    reader,
  );
  const declarations: Declarations = newDeclarations(unit, written, places, assignments);
  const exits = newExits(unit, written);
  const loopStatement = newLoops(unit, written, places, conditions, expressions, declarations, exits, reader);
  const statements: Statements = newStatements(
    unit,
    written,
    conditions,
    expressions,
    declarations,
    exits,
    loopStatement,
  );
  const { code, labels, counters, push, newLocal } = written;
  const { addressed } = places;

  exits.collectLabels(body, 0);
  const scope = newScope(unit.fileScope);
  const params = decl.type.params.map(p => {
    const local = newLocal(p.name, p.type, p.at, false);
    if (p.name !== '') scope.names.set(p.name, { kind: 'local', local });
    return local;
  });
  statements.statements(body, newScope(scope));
  const last = code.at(-1);
  if (last?.op !== 'return') push({ op: 'return', value: null, at: endOf(body) });
  addStepped(code, labels, counters);
  close(code, counters);
  const live = liveness(code, labels);
  for (const ids of live.values()) for (const local of addressed) ids.add(local.id);
  return { decl, params, code, labels, counters, live };
}

/** The last character of a body: where a function without return statement ends. */
function endOf(body: Node): At {
  let node = body;
  for (let last = node.children.at(-1); last !== undefined; last = node.children.at(-1)) node = last;
  return node.at;
}
