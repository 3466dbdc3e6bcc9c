import type { JsonObject } from '../json.ts';
import { isRecord } from '../json.ts';
import { refuse } from './errors.ts';

/** The documented stand-ins for a signature that there is none of. */
const STAND_INS = ['skip_thought_signature_validator', 'context_engineering_is_the_way_to_go'];
const OWN = 'sandbox:';

export function sign(text: string): string {
  return Buffer.from(`${OWN}${text}`).toString('base64');
}

/**
 * The first call of each step of the current turn is signed: of what the model said since the user last spoke.
 * @throws {ReplyError}
 */
export function checkSignatures(contents: readonly JsonObject[]): void {
  const spoke = contents.findLastIndex(
    ({ role, parts }) =>
      role !== 'model' &&
      Array.isArray(parts) &&
      parts.some((part) => !(isRecord(part) && part['functionResponse'])),
  );
  for (const [at, { role, parts }] of contents.entries()) {
    if (role !== 'model' || !Array.isArray(parts)) continue;
    const first = parts.filter(isRecord).find((part) => part['functionCall'] !== undefined);
    const signature = first?.['thoughtSignature'];
    if (signature !== undefined) check(signature);
    else if (first && at > spoke) {
      const { name } = isRecord(first['functionCall']) ? first['functionCall'] : {};
      refuse(
        `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${String(name)}\` , position ${at + 1}.`,
      );
    }
  }
}

function check(signature: unknown): void {
  if (typeof signature === 'string') {
    if (STAND_INS.includes(signature)) return;
    if (Buffer.from(signature, 'base64').toString('utf8').startsWith(OWN)) return;
  }
  refuse('Corrupted thought signature.');
}
