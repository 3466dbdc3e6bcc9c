import { Timestamp } from '@google-cloud/firestore';
import type { ApiKeyDocument } from '../../store/api-keys.ts';

const DAY_MS = 86_400_000;

/** When a policy wants the key rotated next, counted from `since`. */
export function nextRotation(rotation: ApiKeyDocument['rotation'], since: Timestamp): Timestamp | null {
  return rotation && Timestamp.fromMillis(since.toMillis() + rotation.everyDays * DAY_MS);
}
