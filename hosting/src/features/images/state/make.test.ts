import { expect, it } from 'vitest';
import { bodyOf, qualitiesOf, START } from './make.ts';

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
  expect(qualitiesOf('openai/gpt-image-2').map(([value]) => value)).toEqual(['low', 'medium', 'high']);
  expect(bodyOf({ ...form, quality: 'max' }, 'openai/gpt-image-2').quality).toBe('high');
  expect(bodyOf({ ...form, quality: 'max' }, 'openai/gpt-image-2.5-flare').quality).toBe('max');
});

it('takes along what is to be edited', () => {
  expect(bodyOf(form, '', { images: ['file_1'], mask: 'AAAA' })).toMatchObject({
    images: ['file_1'],
    mask: { data: 'AAAA' },
  });
  expect(bodyOf(form, '', { images: ['file_1'], mask: undefined })).not.toHaveProperty('mask');
});
