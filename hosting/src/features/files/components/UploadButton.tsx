import { Upload } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';

/** Opens the browser's own picker, by the page's one input. */
export function UploadButton({ onOpen }: { onOpen: () => void }) {
  return (
    <Button variant="primary" onClick={onOpen}>
      <Upload size={16} />
      Upload files
    </Button>
  );
}
