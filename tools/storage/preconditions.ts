import { ApiError } from './http.ts';
import type { StoredObject } from './objects.ts';

/** @param wanted `ifGenerationMatch`; 0: there must be none */
export function assertGeneration(object: StoredObject | undefined, wanted: string | null): void {
  if (wanted !== null && (object?.generation ?? '0') !== wanted)
    throw new ApiError(412, 'At least one of the pre-conditions you specified did not hold.');
}
