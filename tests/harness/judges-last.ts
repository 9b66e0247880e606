import { BaseSequencer, type TestSpecification } from 'vitest/node';

const judges = (file: TestSpecification): boolean => file.moduleId.endsWith('/least-privilege.e2e.test.ts');

/** Vitest's own order of files, but for those that judge what all others did. Vitest makes an object of it, hence a class. */
export class JudgesLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted.filter((file) => !judges(file)), ...sorted.filter(judges)];
  }
}
