/** What commands ask the rest for. Loaded when a command needs it, so that starting up loads nothing heavy. */
import type * as AllPrograms from '../proofs/all-programs.js';
import type * as Check from '../proofs/check.js';
import type * as History from '../proofs/history/answer.js';
import type * as Matrix from '../proofs/matrix.js';
import type * as Prove from '../proofs/prove.js';
import type * as Verify from '../proofs/verify.js';
import type * as Kernel from '../kernel/load.js';
import type * as Proposal from '../frontends/proposal/read.js';
import type * as Separate from '../proofs/separate.js';
import type * as Selftest from '../proofs/selftest.js';
import type * as Header from '../scenarios/header.js';

export interface Engine {
  readonly proveAll: typeof Prove.proveAll;
  readonly verifyLedger: typeof Verify.verifyLedger;
  readonly compareAll: typeof Matrix.compareAll;
  readonly answerAllPrograms: typeof AllPrograms.answerAllPrograms;
  readonly answerHistory: typeof History.answerHistory;
  readonly separate: (...args: Parameters<typeof Separate.separate>) => Promise<ReturnType<typeof Separate.separate>>;
  readonly overStrict: (
    ...args: Parameters<typeof Separate.overStrict>
  ) => Promise<ReturnType<typeof Separate.overStrict>>;
  readonly selftestOf: typeof Selftest.selftestOf;
  readonly otherVerdicts: typeof Selftest.otherVerdicts;
  readonly checkFile: typeof Check.checkFile;
  readonly checkObject: typeof Check.checkObject;
  readonly askKernel: typeof Kernel.askKernel;
  readonly loadScenarios: typeof Header.loadScenarios;
  readonly parseHeader: typeof Header.parseHeader;
  readonly readProposal: typeof Proposal.readProposal;
}

export const engine: Engine = {
  proveAll: async options => (await import('../proofs/prove.js')).proveAll(options),
  verifyLedger: async options => (await import('../proofs/verify.js')).verifyLedger(options),
  compareAll: async options => (await import('../proofs/matrix.js')).compareAll(options),
  answerAllPrograms: async (designs, options) =>
    (await import('../proofs/all-programs.js')).answerAllPrograms(designs, options),
  answerHistory: async (fixes, scenarios, options) =>
    (await import('../proofs/history/answer.js')).answerHistory(fixes, scenarios, options),
  separate: async (a, b, options) => (await import('../proofs/separate.js')).separate(a, b, options),
  overStrict: async (design, options) => (await import('../proofs/separate.js')).overStrict(design, options),
  selftestOf: async (scenario, designs) => (await import('../proofs/selftest.js')).selftestOf(scenario, designs),
  otherVerdicts: async (text, scenario, selftest) =>
    (await import('../proofs/selftest.js')).otherVerdicts(text, scenario, selftest),
  checkFile: async (file, text, designs) => (await import('../proofs/check.js')).checkFile(file, text, designs),
  checkObject: async (file, bytes, designs) => (await import('../proofs/check.js')).checkObject(file, bytes, designs),
  askKernel: async (files, options) => (await import('../kernel/load.js')).askKernel(files, options),
  loadScenarios: async folder => (await import('../scenarios/header.js')).loadScenarios(folder),
  parseHeader: async (file, text) => (await import('../scenarios/header.js')).parseHeader(file, text),
  readProposal: async (file, text) => (await import('../frontends/proposal/read.js')).readProposal(file, text),
};
