import { GatewayError } from '../../domain/errors.ts';
import type { ChatMessage, Model, Tool, ToolChoice } from '../../providers/contract.ts';

interface Asked {
  messages?: readonly ChatMessage[] | undefined;
  tools?: Tool[] | undefined;
  toolChoice?: ToolChoice | undefined;
}

/** @throws GatewayError `unprocessable` where the request has images or tools that the model does not take. */
export function assertAble(model: Model, { messages = [], tools, toolChoice = 'auto' }: Asked): void {
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
  if (model.callsAtWill && toolChoice !== 'auto' && toolChoice !== 'none') {
    throw new GatewayError(
      'unprocessable',
      `toolChoice: ${model.id} can’t be made to call a tool. Leave it to auto, and say in the prompt when to call one.`,
    );
  }
}
