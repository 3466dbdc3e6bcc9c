import { GatewayError } from '../../../domain/errors.ts';
import type { WireObject } from '../../../providers/wire.ts';
import type { JsonText } from '../../wire/json/edit.ts';
import { Lost } from '../../wire/lost.ts';
import type { GatewayContext } from './context.ts';

const DROP_HEADER = 'X-Firegate-Drop-Unsupported';
/** An error and a header have room for so many. */
export const MOST_NAMED = 50;

/**
 * A request in another format, and the fields that are not carried over.
 *
 * @throws GatewayError `unprocessable` where something can't be carried over, unless the client has it left out
 */
export function carryOver(
  c: GatewayContext,
  target: string,
  convert: (lost: Lost) => WireObject,
): { json: Pick<JsonText, 'text' | 'body'>; dropped: readonly string[] } {
  const lost = new Lost();
  const body = convert(lost);
  const { fields, hints } = lost;
  const [field] = fields;
  if (field !== undefined && c.req.header(DROP_HEADER)?.toLowerCase() !== 'true') {
    throw new GatewayError(
      'unprocessable',
      `${fields.slice(0, MOST_NAMED).join(', ')}: ${target} can’t be sent this. ${DROP_HEADER}: true leaves it out.`,
      { details: { field, fields } },
    );
  }
  return { json: { text: JSON.stringify(body), body }, dropped: [...fields, ...hints] };
}
