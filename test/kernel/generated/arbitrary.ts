/** Programs for fast-check: grown, perhaps damaged, and shrunk statement by statement. */
import * as fc from 'fast-check';
import { damage } from './damage.js';
import { grow } from './grow.js';
import type { GeneratedProgram } from './program.js';
import { isLoadable } from './loadable.js';
import { smaller } from './shrink.js';
import type { World } from './world.js';

const SOUND_PERCENT = 25;
const MOST_ATTEMPTS = 20;

class ProgramArbitrary extends fc.Arbitrary<GeneratedProgram> {
  constructor(private readonly world: World) {
    super();
  }

  override generate(random: fc.Random): fc.Value<GeneratedProgram> {
    const sound = grow(random, this.world);
    if (random.nextInt(0, 99) < SOUND_PERCENT) return new fc.Value(sound, undefined);
    for (let i = 0; i < MOST_ATTEMPTS; i++) {
      let program = damage(random, this.world, sound);
      if (random.nextInt(0, 3) === 0) program = damage(random, this.world, program);
      if (isLoadable(program, this.world)) return new fc.Value(program, undefined);
    }
    return new fc.Value(sound, undefined);
  }

  override canShrinkWithoutContext(_value: unknown): _value is GeneratedProgram {
    return true;
  }

  override shrink(program: GeneratedProgram): fc.Stream<fc.Value<GeneratedProgram>> {
    const { world } = this;
    function* values(): IterableIterator<fc.Value<GeneratedProgram>> {
      for (const p of smaller(program)) if (isLoadable(p, world)) yield new fc.Value(p, undefined);
    }
    return new fc.Stream(values());
  }
}

/** Programs over one world. */
export const programs = (world: World): fc.Arbitrary<GeneratedProgram> => new ProgramArbitrary(world);
