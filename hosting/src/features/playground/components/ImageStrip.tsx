import { X } from 'lucide-react';
import { IconButton } from '#components/ui/button.tsx';
import { changeDraft, type DraftImage } from '../state/draft.ts';

/** The images that go with the prompt, each to be taken out again. */
export default function ImageStrip({ images }: { images: readonly DraftImage[] }) {
  return (
    <ul aria-label="Images" className="mb-2 flex flex-wrap gap-2">
      {images.map((image) => (
        <li
          key={image.name}
          className="flex h-12 max-w-56 items-center gap-2 rounded-sm border border-control bg-panel pr-1"
        >
          <img src={image.dataUrl} alt="" className="size-12 shrink-0 object-cover" />
          <span className="min-w-0 truncate text-label" title={image.name}>
            {image.name}
          </span>
          <IconButton
            label={`Remove ${image.name}`}
            onClick={() => changeDraft({ images: images.filter((each) => each !== image) })}
          >
            <X size={14} />
          </IconButton>
        </li>
      ))}
    </ul>
  );
}
