import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** In this order: the second also judges what the first does. */
const judges = ['/analytics.e2e.test.ts', '/least-privilege.e2e.test.ts'] as const;
const placeOf = ({ moduleId }: TestSpecification): number => judges.findIndex((judge) => moduleId.endsWith(judge));

/** Vitest's own order of files, but for those that judge what all others did. Vitest makes an object of it, hence a class. */
export class JudgesLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}
