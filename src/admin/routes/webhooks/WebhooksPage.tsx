import { getRouteApi, Link } from "@tanstack/react-router";
import { IconWebhook } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { may } from "../../api/session.ts";
import { SecretDialog } from "../../shared/dialog/SecretDialog.tsx";
import { CreateButton } from "../../shared/page/CreateButton.tsx";
import { StateView } from "../../shared/page/StateView.tsx";
import type { Column } from "../../shared/table/columns.ts";
import { ListPage } from "../../shared/table/ListPage.tsx";
import { MaybeTime } from "../../shared/time/Time.tsx";
import { type Texts, useTexts } from "../../texts/texts.ts";
import { type Webhook, webhooksQuery } from "./queries.ts";
import { WebhookState } from "./state.tsx";

const route = getRouteApi("/shell/webhooks");
/** A form is loaded when it is wanted. */
const NewWebhookDialog = lazy(async () => ({
  default: (await import("./NewWebhookDialog.tsx")).NewWebhookDialog,
}));

export function WebhooksPage() {
  const texts = useTexts();
  const { webhooks, shell } = texts;
  const search = route.useSearch();
  const [isNew, setNew] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const create = may("webhooks:write") ? (
    <CreateButton label={webhooks.create} onClick={() => setNew(true)} />
  ) : undefined;
  return (
    <>
      <ListPage<Webhook>
        name="webhooks"
        title={shell.pages.webhooks}
        actions={create}
        columns={columns(texts)}
        filters={[]}
        search={search}
        query={webhooksQuery(search)}
        rowKey={({ id }) => id}
        empty={
          <StateView icon={IconWebhook} title={webhooks.empty} action={create}>
            <p>{webhooks.emptyWhy}</p>
          </StateView>
        }
      />
      {isNew ? (
        <Suspense>
          <NewWebhookDialog onDone={setSecret} onClose={() => setNew(false)} />
        </Suspense>
      ) : null}
      {secret === null ? null : (
        <SecretDialog
          title={webhooks.secretTitle}
          why={webhooks.secretWhy}
          label={webhooks.secret}
          secret={secret}
          onClose={() => setSecret(null)}
        />
      )}
    </>
  );
}

function columns({ webhooks }: Texts): readonly Column<Webhook>[] {
  const { fields } = webhooks;
  return [
    {
      id: "url",
      header: fields.url,
      cell: ({ id, url }) => (
        <Link to="/webhooks/$id" params={{ id }}>
          <bdi>{url}</bdi>
        </Link>
      ),
    },
    { id: "state", header: fields.state, cell: (webhook) => <WebhookState webhook={webhook} /> },
    {
      id: "types",
      header: fields.types,
      cell: ({ types }) => (types === null ? webhooks.all : <bdi>{types.join(", ")}</bdi>),
    },
    { id: "waiting", header: fields.waiting, cell: ({ standing }) => standing.waiting, isNumber: true },
    { id: "dead", header: fields.dead, cell: ({ standing }) => standing.dead, isNumber: true },
    {
      id: "lastDeliveredAt",
      header: fields.lastDeliveredAt,
      cell: ({ standing }) => <MaybeTime at={standing.lastDeliveredAt} />,
    },
    { id: "description", header: fields.description, cell: ({ description }) => <bdi>{description}</bdi> },
    { id: "id", header: fields.id, cell: ({ id }) => <code>{id}</code>, isExtra: true },
  ];
}
