import { describe, expect, it } from 'vitest';
import schema from '../../../../schema/proposal.schema.json' with { type: 'json' };
import {
  baselines,
  guardKinds,
  identityParts,
  innerMapReadings,
  placements,
  teardowns,
} from '../../../../model/design.js';
import { allDesigns } from '../../../../model/designs/index.js';
import { sectionPolicies } from '../../../../model/designs/section-policies.js';

const { properties } = schema;

/** The keys of all objects that the schema describes, with what is said of them. */
const keysOf = (at: string, part: unknown): readonly [string, unknown][] => {
  if (typeof part !== 'object' || part === null) return [];
  const own = 'properties' in part && typeof part.properties === 'object' ? Object.entries(part.properties ?? {}) : [];
  const inside = (['items', 'then', 'else'] as const).flatMap(key =>
    keysOf(at, (part as Record<string, unknown>)[key]),
  );
  return [
    ...own.flatMap(([key, sub]) => [[`${at}.${key}`, sub] as [string, unknown], ...keysOf(`${at}.${key}`, sub)]),
    ...inside,
  ];
};

describe('the schema of proposals', () => {
  it('describes every key', () => {
    const keys = keysOf('', schema);
    const bare = keys.filter(([, part]) => typeof part !== 'object' || part === null || !('description' in part));
    expect(bare.map(([key]) => key)).toEqual([]);
    expect(keys.length).toBeGreaterThan(25);
  });

  it('has the parts of a design', () => {
    const parts = new Set(allDesigns.flatMap(d => Object.keys(d)));
    expect(new Set(Object.keys(properties))).toEqual(new Set([...parts, 'extends']));
  });

  it('has the values of model/design.ts', () => {
    expect(properties.identity.items.enum).toEqual(identityParts);
    expect(properties.guard.enum).toEqual(Object.keys(guardKinds));
    expect(properties.placement.properties.where.enum).toEqual(placements);
    expect(properties.teardown.enum).toEqual(teardowns);
    expect(properties.innerMaps.enum).toEqual(innerMapReadings);
    expect(properties.baseline.enum).toEqual(baselines);
    expect(properties.sections.then.enum).toEqual(Object.keys(sectionPolicies));
  });
});
