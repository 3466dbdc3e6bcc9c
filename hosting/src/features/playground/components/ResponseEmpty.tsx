import { Button } from '#components/ui/button.tsx';
import { Notice } from '#components/ui/notice.tsx';

const EXAMPLE = 'Design back-pressure for an LLM gateway. Show the admission check in TypeScript.';

interface ResponseEmptyProps {
  model: string;
  missing: boolean;
  unconfigured: string | undefined;
  onExample: ((prompt: string) => void) | undefined;
}

export function ResponseEmpty({ model, missing, unconfigured, onExample }: ResponseEmptyProps) {
  if (missing) {
    return (
      <Notice tone="warn">
        This gateway does not offer <span className="num">{model}</span>. Choose another model above.
      </Notice>
    );
  }
  if (unconfigured !== undefined) {
    return <Notice tone="warn">{unconfigured} is not configured here. Choose another model above.</Notice>;
  }
  return (
    <Notice tone="idle">
      <p className="text-mute">Nothing asked yet: write a prompt below and run it.</p>
      {onExample !== undefined && (
        <Button className="mt-2" onClick={() => onExample(EXAMPLE)}>
          Try an example
        </Button>
      )}
    </Notice>
  );
}
