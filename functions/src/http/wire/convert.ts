import { UpstreamError } from '../../providers/contract.ts';
import { objectIn, type WireObject } from '../../providers/wire.ts';

/** Turns the events of one format's stream into the text of another's, one by one. */
export interface StreamConverter {
  /**
   * @param data of one event
   * @returns the events that it becomes, as they go out
   * @throws UpstreamError `malformed` where it is not of the format: left out, part of the answer would be missing
   */
  event(data: string): string | undefined;
  /** What comes after the last one, of a stream that ended well. */
  end(): string;
}

/** The object that an event carries. @throws UpstreamError `malformed` */
export function eventObject(data: string): WireObject {
  const event = objectIn(data);
  if (!event) throw new UpstreamError('malformed', 'an event is not JSON');
  return event;
}
