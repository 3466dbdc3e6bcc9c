/**
 * Tokens that the chat format adds: 3 for each message, 1 for its role, 3 that prime the answer. Source: OpenAI's
 * cookbook, "How to count tokens with tiktoken", section 6 (the largest of the figures there). Section 7 counts the
 * definitions of tools: no more than a dozen tokens for each, and for each property, less than the bytes of the JSON
 * that declares them.
 */
export const TOKENS_PER_MESSAGE = 4;
export const TOKENS_PER_ANSWER = 3;
