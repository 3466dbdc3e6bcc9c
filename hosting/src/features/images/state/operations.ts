import type { components } from '#lib/api/schema.d.ts';

export type Operation = components['schemas']['ImageOperation'];
type Fit = 'inside' | 'cover' | 'contain' | 'fill';
export type Format = 'png' | 'jpeg' | 'webp' | 'avif' | 'gif';

/** What is to be done to a picture, as it stands in the form; an empty text is "leave it". */
export interface TransformForm {
  crop: { left: string; top: string; width: string; height: string };
  angle: '0' | '90' | '180' | '270';
  flip: 'none' | 'horizontal' | 'vertical';
  width: string;
  height: string;
  fit: Fit;
  enlarge: boolean;
  format: '' | Format;
  quality: string;
}

export const UNCHANGED: TransformForm = {
  crop: { left: '', top: '', width: '', height: '' },
  angle: '0',
  flip: 'none',
  width: '',
  height: '',
  fit: 'inside',
  enlarge: false,
  format: '',
  quality: '',
};

/** The operations of a form, in the order in which the form shows them. */
export function operationsOf(form: TransformForm): Operation[] {
  const operations: Operation[] = [];
  const crop = Object.values(form.crop).map(whole);
  if (crop.some((value) => value !== undefined)) {
    const [left = 0, top = 0, width = 1, height = 1] = crop;
    operations.push({ type: 'crop', left, top, width, height });
  }
  if (form.angle !== '0') operations.push({ type: 'rotate', angle: Number(form.angle) });
  if (form.flip !== 'none') operations.push({ type: 'flip', direction: form.flip });
  const [width, height] = [whole(form.width), whole(form.height)];
  if (width !== undefined || height !== undefined) {
    operations.push({
      type: 'resize',
      ...(width !== undefined && { width }),
      ...(height !== undefined && { height }),
      fit: form.fit,
      ...(form.enlarge && { enlarge: true }),
    });
  }
  if (form.format !== '') operations.push({ type: 'convert', format: form.format });
  const quality = whole(form.quality);
  if (quality !== undefined) operations.push({ type: 'compress', quality });
  return operations;
}

function whole(text: string): number | undefined {
  return text.trim() === '' ? undefined : Math.max(0, Math.round(Number(text)));
}
