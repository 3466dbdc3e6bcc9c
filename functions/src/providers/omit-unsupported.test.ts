import { expect, it } from 'vitest';
import { omitUnsupported } from './omit-unsupported.ts';
import { PROVIDERS } from './registry.ts';
import { chatRequest } from './test-support.ts';

const models = PROVIDERS.flatMap((provider) => provider.models);
const refusing = models.filter((model) => model.unsupportedParameters.includes('temperature'));
const taking = models.filter((model) => !model.unsupportedParameters.includes('temperature'));

it.each(refusing)('$id: temperature is left out and named', (model) => {
  const { request, warnings } = omitUnsupported(chatRequest(model, { temperature: 0.7, system: 's' }));
  expect(request).not.toHaveProperty('temperature');
  expect(request).toEqual(chatRequest(model, { system: 's' }));
  expect(warnings).toEqual([expect.stringMatching(/^temperature .*/)]);
  expect(omitUnsupported(chatRequest(model)).warnings).toEqual([]);
});

it.each(taking)('$id: temperature is kept', (model) => {
  const request = chatRequest(model, { temperature: 0 });
  expect(omitUnsupported(request)).toEqual({ request, warnings: [] });
});

it('there are models of both sorts', () => {
  expect(refusing.length).toBeGreaterThan(0);
  expect(taking.length).toBeGreaterThan(0);
});
