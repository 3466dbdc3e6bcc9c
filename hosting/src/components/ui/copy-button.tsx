import { Check, Copy } from 'lucide-react';
import { useCopy } from '#lib/use-copy.ts';
import { Button } from './button.tsx';

interface CopyButtonProps {
  text: string;
  /** Tells this button from others: `Copy the key`. */
  label: string;
  className?: string;
}

export function CopyButton({ text, label, className = '' }: CopyButtonProps) {
  const { outcome, copy } = useCopy();
  const Icon = outcome === 'copied' ? Check : Copy;
  const words = outcome === 'copied' ? 'Copied' : outcome === 'refused' ? 'Not allowed' : 'Copy';
  return (
    <>
      <Button
        aria-label={outcome === undefined ? label : undefined}
        onClick={() => void copy(text)}
        className={className}
      >
        <Icon size={16} />
        {words}
      </Button>
      <span role="status" className="sr-only">
        {outcome !== undefined && words}
      </span>
    </>
  );
}
