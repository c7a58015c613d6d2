import { SectionHead } from "../../shared/page/SectionHead.tsx";
import { Status } from "../../shared/status/Status.tsx";
import { DataTable } from "../../shared/table/DataTable.tsx";
import { useTexts } from "../../texts/texts.ts";
import type { System } from "./queries.ts";

type Vault = System["vault"];
const LOOKS = {
  WAITING: { tone: "warn", icon: "clock" },
  WRITTEN: { tone: "ok", icon: "check" },
  OLDER: { tone: "mute", icon: "dot" },
} as const;

/** By which keys cards are found, and which of them may retire. */
export function VaultKeys({ vault }: { readonly vault: Vault }) {
  const words = useTexts().system.vault;
  const { state } = useTexts().system;
  return (
    <>
      <SectionHead title={words.title} />
      <p className="second">{words.why}</p>
      {vault.lacking === 0 ? null : (
        <p>
          <Status tone="warn" icon="clock" word={words.waits(vault.lacking)} />
        </p>
      )}
      <DataTable
        label={words.title}
        rows={vault.keys}
        rowKey={({ version }) => String(version)}
        columns={[
          { id: "key", header: words.key, cell: ({ version }) => version },
          {
            id: "state",
            header: state,
            cell: (one) => <Status {...LOOKS[one.state]} word={words.states[one.state]} />,
          },
          { id: "numbers", header: words.numbers, cell: (one) => <Numbers of={one} /> },
        ]}
      />
    </>
  );
}

function Numbers({ of: { numbers } }: { readonly of: Vault["keys"][number] }) {
  const { mayRetire } = useTexts().system.vault;
  if (numbers === null) return <span className="second">–</span>;
  return numbers === 0 ? mayRetire : numbers.toLocaleString();
}
