import { GatewayError } from '../../../domain/errors.ts';
import type { WireObject } from '../../../providers/wire.ts';
import { type Member, scanObject } from './scan.ts';

/** A JSON object as it came and as it reads. */
export interface JsonText {
  text: string;
  body: WireObject;
  members: readonly Member[];
}

/**
 * The object with one member set, in the text and in what it reads: all else stays as it came. A member that is
 * there is replaced in its place, another one goes to the front.
 *
 * @param valueText how the value is written
 * @throws GatewayError `invalid_request` where there is a name that differs in case alone: some parsers would
 *   take it for this one
 */
export function setMember(
  { text, body, members }: JsonText,
  name: string,
  value: unknown,
  valueText: string = JSON.stringify(value),
): JsonText {
  const found = members.find((member) => member.name.toLowerCase() === name);
  if (found && found.name !== name) {
    throw new GatewayError('invalid_request', `${found.name} must be written ${name}.`);
  }
  const front = text.indexOf('{') + 1;
  const cut = found ?? { start: front, end: front };
  const label = found ? '' : `${JSON.stringify(name)}:`;
  const put = `${label}${valueText}${found || members.length === 0 ? '' : ','}`;
  const shift = put.length - (cut.end - cut.start);
  const moved = members.map((member) => {
    if (member === found) return { ...member, end: member.end + shift };
    if (member.start < cut.start) return member;
    return { ...member, start: member.start + shift, end: member.end + shift };
  });
  const start = cut.start + label.length;
  return {
    text: text.slice(0, cut.start) + put + text.slice(cut.end),
    body: { ...body, [name]: value },
    members: found ? moved : [{ name, start, end: start + valueText.length }, ...moved],
  };
}

/** The object without one member, in the text and in what it reads: all else stays as it came. */
export function removeMember(json: JsonText, name: string): JsonText {
  const { text, members } = json;
  const index = members.findIndex((member) => member.name === name);
  const found = members[index];
  if (!found) return json;
  // From its name to the next one's, or from the end of the value before it, so that one comma goes along.
  const [before, after] = [members[index - 1], members[index + 1]];
  const nextName = (from: number) => text.indexOf('"', from);
  const open = text.indexOf('{') + 1;
  const start = before && !after ? before.end : nextName(before ? before.end : open);
  const end = after ? nextName(found.end) : found.end;
  const shift = end - start;
  const { [name]: _, ...body } = json.body;
  return {
    text: text.slice(0, start) + text.slice(end),
    body,
    members: [
      ...members.slice(0, index),
      ...members.slice(index + 1).map((member) => ({
        ...member,
        start: member.start - shift,
        end: member.end - shift,
      })),
    ],
  };
}

/** The object that is a member's value; undefined where it is something else. */
export function memberObject({ text, body, members }: JsonText, name: string): JsonText | undefined {
  const member = members.find((each) => each.name === name);
  const value = body[name];
  if (!member || typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const inner = text.slice(member.start, member.end);
  return { text: inner, body: value as WireObject, members: scanObject(inner) };
}
