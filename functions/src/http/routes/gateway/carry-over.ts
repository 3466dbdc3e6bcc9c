import { GatewayError } from '../../../domain/errors.ts';
import type { WireObject } from '../../../providers/wire.ts';
import type { JsonText } from '../../wire/json/edit.ts';
import { Lost } from '../../wire/lost.ts';
import type { GatewayContext } from './context.ts';

const DROP_HEADER = 'X-Firegate-Drop-Unsupported';
const DROPPED_HEADER = 'X-Firegate-Dropped';
/** A header has room for so many. */
const MOST_NAMED = 50;

/**
 * A request in another format.
 *
 * @throws GatewayError `unprocessable` where something can't be carried over, unless the client has it left out:
 *   then a header of the answer names it
 */
export function carryOver(
  c: GatewayContext,
  target: string,
  convert: (lost: Lost) => WireObject,
): Pick<JsonText, 'text' | 'body'> {
  const lost = new Lost();
  const body = convert(lost);
  const [field] = lost.fields;
  if (field !== undefined) {
    if (c.req.header(DROP_HEADER)?.toLowerCase() !== 'true') {
      throw new GatewayError(
        'unprocessable',
        `${lost.fields.slice(0, MOST_NAMED).join(', ')}: ${target} can’t be sent this. ${DROP_HEADER}: true leaves it out.`,
        { details: { field, fields: lost.fields } },
      );
    }
    c.header(DROPPED_HEADER, lost.fields.slice(0, MOST_NAMED).map(encodeURI).join(', '));
  }
  return { text: JSON.stringify(body), body };
}
