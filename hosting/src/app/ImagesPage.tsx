import { useNavigate, useSearch } from '@tanstack/react-router';
import { Images } from '#features/images/components/Images.tsx';
import { addImages } from '#features/playground/state/images.ts';

/** Binds the images to their URL, `?task&file`, and takes one to the playground. */
export function ImagesPage() {
  const search = useSearch({ from: '/console/images' });
  const navigate = useNavigate();
  return (
    <Images
      search={search}
      onSearch={(next) =>
        void navigate({
          to: '/images',
          search: { ...next, task: next.task === 'generate' ? undefined : next.task },
        })
      }
      onUse={async (name, content) => {
        await addImages([new File([content], name, { type: content.type })]);
        await navigate({ to: '/playground', search: {} });
      }}
    />
  );
}
