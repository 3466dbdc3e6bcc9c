import { expect, it } from 'vitest';
import { bodyOf, choicesOf, fitted, START } from './make.ts';

const form = { ...START, prompt: ' A boat ' };

it('streams a single picture, and several as a whole', () => {
  expect(bodyOf(form, 'openai/gpt-image-2')).toEqual({
    prompt: 'A boat',
    model: 'openai/gpt-image-2',
    size: '1024x1024',
    quality: 'medium',
    n: 1,
    format: 'png',
    stream: true,
    partialImages: 2,
  });
  const several = bodyOf({ ...form, n: 2 }, '');
  expect(several).not.toHaveProperty('stream');
  expect(several).not.toHaveProperty('model');
});

it('asks for no quality that the model has not', () => {
  const { qualities } = choicesOf('openai/gpt-image-2');
  expect(qualities.map(([value]) => value)).toEqual(['low', 'medium', 'high']);
  expect(bodyOf({ ...form, quality: 'max' }, 'openai/gpt-image-2').quality).toBe('high');
  expect(bodyOf({ ...form, quality: 'max' }, 'openai/gpt-image-2.5-flare').quality).toBe('max');
});

it('asks a Gemini model for what it has', () => {
  const large = { ...form, size: '1536x1024', n: 3 };
  expect(bodyOf(large, 'gemini/gemini-nano-banana-2.1')).toEqual({
    prompt: 'A boat',
    model: 'gemini/gemini-nano-banana-2.1',
    size: '1024x1024',
    quality: 'auto',
    n: 1,
    format: 'png',
    stream: true,
    partialImages: 0,
  });
  const sizes = (model: string) => choicesOf(model).sizes.map(([size]) => size);
  expect(sizes('gemini/gemini-3-pro-image')).toContain('4096x4096');
  expect(sizes('gemini/gemini-3.1-flash-lite-image')).not.toContain('2048x2048');
  expect(sizes('gemini/gemini-3.1-flash-lite-image')).toContain('768x1376');
  // Back at another model everything is as it was.
  expect(fitted(large, 'openai/gpt-image-2')).toEqual(large);
});

it('takes along what is to be edited', () => {
  expect(bodyOf(form, '', { images: ['file_1'], mask: 'AAAA' })).toMatchObject({
    images: ['file_1'],
    mask: { data: 'AAAA' },
  });
  const gemini = bodyOf(form, 'gemini/gemini-3-pro-image', { images: ['file_1'], mask: 'AAAA' });
  expect(gemini).toMatchObject({ images: ['file_1'] });
  expect(gemini).not.toHaveProperty('mask');
  expect(bodyOf(form, '', { images: ['file_1'], mask: undefined })).not.toHaveProperty('mask');
});
