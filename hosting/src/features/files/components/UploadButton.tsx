import { Upload } from 'lucide-react';
import { useRef } from 'react';
import { Button } from '#components/ui/button.tsx';

/** Opens the browser's own picker, for several files. */
export function UploadButton({ onFiles }: { onFiles: (files: File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        tabIndex={-1}
        aria-label="Files to upload"
        className="sr-only"
        onChange={({ target }) => {
          onFiles([...(target.files ?? [])]);
          target.value = '';
        }}
      />
      <Button variant="primary" onClick={() => input.current?.click()}>
        <Upload size={16} />
        Upload files
      </Button>
    </>
  );
}
