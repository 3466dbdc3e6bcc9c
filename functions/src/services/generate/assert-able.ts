import { GatewayError } from '../../domain/errors.ts';
import type { ChatMessage, Model, Tool } from '../../providers/contract.ts';

/** @throws GatewayError `unprocessable` where the request has images or tools, and the model takes none. */
export function assertAble(
  model: Model,
  { messages = [], tools }: { messages?: readonly ChatMessage[] | undefined; tools?: Tool[] | undefined },
): void {
  const image = messages.findIndex(
    ({ role, content }) =>
      role === 'user' && typeof content !== 'string' && content.some(({ type }) => type === 'image'),
  );
  if (image >= 0 && !model.capabilities.includes('vision')) {
    throw new GatewayError('unprocessable', `messages.${image}: ${model.id} takes no images.`);
  }
  const called = messages.findIndex((message) => message.role === 'assistant' && message.toolCalls?.length);
  if ((tools || called >= 0) && !model.capabilities.includes('tools')) {
    const path = tools ? 'tools' : `messages.${called}.toolCalls`;
    throw new GatewayError('unprocessable', `${path}: ${model.id} takes no tools.`);
  }
}
