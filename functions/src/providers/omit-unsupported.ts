import type { ChatRequest } from './contract.ts';

/**
 * The request without the parameters that its model refuses, and one warning for each that was set. A provider
 * answers such a parameter with a 400, whatever its value.
 */
export function omitUnsupported(request: ChatRequest): { request: ChatRequest; warnings: string[] } {
  const { temperature, ...rest } = request;
  if (temperature === undefined || !request.model.unsupportedParameters.includes('temperature')) {
    return { request, warnings: [] };
  }
  return {
    request: rest,
    warnings: [`temperature was left out: ${request.model.id} does not accept it`],
  };
}
