import type { FaultPlan } from './faults.ts';
import type { ProviderSettings, SandboxProvider } from './provider.ts';
import type { Recorder } from './recorder.ts';

/** All that one sandbox knows. */
export interface SandboxState extends ProviderSettings {
  /** At least one; what none of them claims is the last one's. */
  providers: readonly SandboxProvider[];
  recorder: Recorder;
  faults: FaultPlan;
  delayMs: number;
}
