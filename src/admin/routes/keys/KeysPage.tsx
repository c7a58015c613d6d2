import { Button } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { IconKey } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { ConfirmDialog } from "../../shared/dialog/ConfirmDialog.tsx";
import { SecretDialog } from "../../shared/dialog/SecretDialog.tsx";
import { CreateButton } from "../../shared/page/CreateButton.tsx";
import { StateView } from "../../shared/page/StateView.tsx";
import type { Column } from "../../shared/table/columns.ts";
import { ListPage } from "../../shared/table/ListPage.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { type Texts, useTexts } from "../../texts/texts.ts";
import { scopeInWords } from "../users/access.ts";
import { keyFilters } from "./filters.ts";
import { deleteKey, type Key, keysQuery } from "./queries.ts";
import { Who } from "../../shared/people/Who.tsx";

const route = getRouteApi("/shell/keys");
/** A form is loaded when it is wanted. */
const NewKeyDialog = lazy(async () => ({ default: (await import("./NewKeyDialog.tsx")).NewKeyDialog }));

export function KeysPage() {
  const texts = useTexts();
  const { people, shell } = texts;
  const { keys } = people;
  const search = route.useSearch();
  const filters = keyFilters(texts);
  const [isNew, setNew] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const [revoked, setRevoked] = useState<Key | null>(null);
  const create = <CreateButton label={keys.create} onClick={() => setNew(true)} />;
  return (
    <>
      <ListPage<Key>
        name="keys"
        title={shell.pages.keys}
        actions={create}
        columns={columns(texts)}
        filters={filters}
        search={search}
        query={keysQuery(search, filters)}
        rowKey={({ id }) => id}
        actionsLabel={keys.revoke}
        rowActions={(key) => (
          <Button
            size="compact-sm"
            variant="subtle"
            aria-label={keys.revokeOf(key.name)}
            onClick={() => setRevoked(key)}
          >
            {keys.revoke}
          </Button>
        )}
        defaultSort="name"
        empty={
          <StateView icon={IconKey} title={keys.empty} action={create}>
            <p>{keys.emptyWhy}</p>
          </StateView>
        }
      />
      {isNew ? (
        <Suspense>
          <NewKeyDialog onClose={() => setNew(false)} onDone={setSecret} />
        </Suspense>
      ) : null}
      {secret === null ? null : (
        <SecretDialog
          title={keys.secretTitle}
          why={keys.secretWhy}
          label={keys.one}
          secret={secret}
          onClose={() => setSecret(null)}
        />
      )}
      {revoked === null ? null : (
        <ConfirmDialog
          title={keys.revokeTitle}
          verb={keys.revoke}
          act={async (intent) => await deleteKey(revoked.id, intent)}
          done={keys.revoked(revoked.name)}
          isDangerous
          onClose={() => setRevoked(null)}
        >
          <p>
            <strong>
              <bdi>{revoked.name}</bdi>
            </strong>
          </p>
          <p>{keys.revokeWhy}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function columns({ people, shell }: Texts): readonly Column<Key>[] {
  const { fields } = people;
  return [
    {
      id: "name",
      header: fields.name,
      cell: ({ name }) => <bdi>{name}</bdi>,
      sort: { ascending: "name", descending: "-name" },
    },
    { id: "role", header: fields.role, cell: ({ role }) => shell.roles[role] },
    { id: "scope", header: fields.scope, cell: ({ scope }) => scopeInWords(scope, people.scope) },
    {
      id: "created",
      header: fields.createdAt,
      cell: ({ createdAt }) => <Time at={createdAt} seconds={false} zoneName={false} />,
    },
    { id: "createdBy", header: fields.createdBy, cell: ({ createdBy }) => <Who actor={createdBy} /> },
    { id: "id", header: fields.id, cell: ({ id }) => <code>{id}</code>, isExtra: true },
  ];
}
