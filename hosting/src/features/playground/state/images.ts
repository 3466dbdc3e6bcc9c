import { changeDraft, currentDraft, type DraftImage } from './draft.ts';

/** What the gateway takes. */
export const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];
const MOST_BYTES = 5 * 1024 * 1024;
export const MOST_IMAGES = 8;

/** Those of a paste, a drop or a choice that are files. */
export function filesOf(data: DataTransfer | null): File[] {
  return [...(data?.files ?? [])];
}

/** Adds the images to the draft. @returns what is to be said of those that were not taken */
export async function addImages(files: readonly File[]): Promise<string | undefined> {
  const faults: string[] = [];
  for (const file of files) {
    const fault = faultOf(file);
    if (fault !== undefined) {
      faults.push(fault);
      continue;
    }
    const image: DraftImage = { name: nameOf(file), dataUrl: await readAsDataUrl(file) };
    // Looked up anew: reading took a moment.
    changeDraft({ images: [...currentDraft().images, image] });
  }
  return faults.length > 0 ? faults.join(' ') : undefined;
}

function faultOf({ name, type, size }: File): string | undefined {
  if (!IMAGE_TYPES.includes(type)) return `${name} is no PNG, JPEG, WebP or GIF image.`;
  if (size > MOST_BYTES) return `${name} is larger than 5 MiB.`;
  if (currentDraft().images.length >= MOST_IMAGES) return `${name} is one too many: ${MOST_IMAGES} fit.`;
  return undefined;
}

/** No two alike: code that is shown names the files. */
function nameOf({ name }: File): string {
  const taken = new Set(currentDraft().images.map((image) => image.name));
  const [, stem = name, extension = ''] = /^(.*?)(\.[^.]*)?$/s.exec(name) ?? [];
  for (let nth = 1; ; nth += 1) {
    const candidate = nth === 1 ? name : `${stem}-${nth}${extension}`;
    if (!taken.has(candidate)) return candidate;
  }
}

function readAsDataUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
