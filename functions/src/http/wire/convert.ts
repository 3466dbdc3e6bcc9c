/** Turns the events of one format's stream into the text of another's, one by one. */
export interface StreamConverter {
  /** @param data of one event. @returns the events that it becomes, as they go out */
  event(data: string): string | undefined;
  /** What comes after the last one, of a stream that ended well. */
  end(): string;
}
