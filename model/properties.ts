/** The bad things Holdfast looks for, each with a stable id. */
export const properties = {
  'list-race': 'Two CPUs are inside operations on one list head or tree root at once',
  'wrong-lock': 'No single lock is held at all operations on one published structure',
  'wild-access': 'An event meets an operand it has no meaning for: NULL, wrong type, wrong offset',
  'context-leak': 'A program exits, or sleeps, inside an RCU, preempt or IRQ region',
  'self-deadlock': 'A CPU waits for a lock that it holds itself',
  'lock-cycle': 'CPUs wait for locks in a circle',
  'lock-leak': 'A program exits or sleeps with a lock held',
  'unlock-not-held': 'A lock is released that the program does not hold',
  'double-owner': 'A node is in two structures through one link, or owned twice',
  'use-after-free': 'Memory is used after it was freed or given away',
  'dangling-ref': 'A non-owning reference is used outside its critical section',
  'object-leak': 'An object is left that nobody can reach',
  'bad-free': 'Something is freed that is linked, held, or not at its start',
  'teardown-race': 'A structure is drained while somebody works on it, or a lock freed while it is needed',
  'user-tamper': 'User space changes a lock, a head or a node',
  'bad-prune': 'The verifier skips a path whose continuation it would have rejected',
} as const;

export type PropertyId = keyof typeof properties;
export const propertyIds = Object.keys(properties) as PropertyId[];
