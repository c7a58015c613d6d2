import { Button } from "@mantine/core";
import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import type { Answered } from "../../api/client.ts";
import { may } from "../../api/session.ts";
import { ConfirmDialog } from "../../shared/dialog/ConfirmDialog.tsx";
import { SecretDialog } from "../../shared/dialog/SecretDialog.tsx";
import { type Fact, Facts } from "../../shared/page/Facts.tsx";
import { PageHead } from "../../shared/page/PageHead.tsx";
import { Who } from "../../shared/people/Who.tsx";
import { MaybeTime, Time } from "../../shared/time/Time.tsx";
import { type Texts, useTexts } from "../../texts/texts.ts";
import {
  deleteWebhook,
  enableWebhook,
  rotateSecret,
  testWebhook,
  type Webhook,
  webhookQuery,
} from "./queries.ts";
import { WebhookState } from "./state.tsx";

const route = getRouteApi("/shell/webhooks/$id");
/** Forms are loaded when they are wanted. */
const EditWebhookDialog = lazy(async () => ({
  default: (await import("./EditWebhookDialog.tsx")).EditWebhookDialog,
}));
const DisableDialog = lazy(async () => ({ default: (await import("./ReasonDialog.tsx")).DisableDialog }));
const ReplayDialog = lazy(async () => ({ default: (await import("./ReasonDialog.tsx")).ReplayDialog }));

type DialogName = "edit" | "delete" | "rotate" | "enable" | "disable" | "replay" | "test";

export function WebhookPage() {
  const texts = useTexts();
  const { webhooks, shell } = texts;
  const { id } = route.useParams();
  const { data } = useSuspenseQuery(webhookQuery(id));
  const { body: webhook } = data;
  const [dialog, setDialog] = useState<DialogName | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <>
      <PageHead
        title={webhook.url}
        crumbs={[{ to: "/webhooks", label: shell.pages.webhooks }]}
        aside={<WebhookState webhook={webhook} />}
        actions={may("webhooks:write") ? <Actions webhook={webhook} onAct={setDialog} /> : undefined}
      />
      <Facts label={webhooks.details} facts={factsOf(webhook, texts)} />
      <p>
        <Link to="/webhooks/$id/deliveries" params={{ id }}>
          {webhooks.deliveries}
        </Link>
      </p>
      <Suspense>
        <WebhookDialogs dialog={dialog} data={data} onSecret={setSecret} onClose={() => setDialog(null)} />
      </Suspense>
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

function Actions({
  webhook: { enabled },
  onAct,
}: {
  readonly webhook: Webhook;
  readonly onAct: (dialog: DialogName) => void;
}) {
  const { webhooks } = useTexts();
  const names: readonly DialogName[] = enabled
    ? ["test", "replay", "edit", "rotate", "disable", "delete"]
    : ["enable", "edit", "rotate", "delete"];
  const words: Readonly<Record<DialogName, string>> = { ...webhooks, delete: webhooks.remove };
  return (
    <>
      {names.map((name) => (
        <Button key={name} variant="default" onClick={() => onAct(name)}>
          {words[name]}
        </Button>
      ))}
    </>
  );
}

function factsOf({ standing, ...webhook }: Webhook, { webhooks }: Texts): readonly Fact[] {
  const { fields } = webhooks;
  const facts: readonly (Fact | null)[] = [
    [fields.description, <bdi key="value">{webhook.description}</bdi>],
    [fields.types, webhook.types === null ? webhooks.all : <bdi key="value">{webhook.types.join(", ")}</bdi>],
    webhook.disabledReason === null ? null : [fields.reason, <bdi key="value">{webhook.disabledReason}</bdi>],
    [fields.waiting, String(standing.waiting)],
    [fields.dead, String(standing.dead)],
    [fields.oldestWaitingAt, <MaybeTime key="value" at={standing.oldestWaitingAt} />],
    [fields.lastDeliveredAt, <MaybeTime key="value" at={standing.lastDeliveredAt} />],
    standing.downSince === null ? null : [fields.downSince, <Time key="value" at={standing.downSince} />],
    standing.replaying === null ? null : [fields.replaying, webhooks.replayState(standing.replaying.queued)],
    [
      fields.secrets,
      <span key="value">
        {webhook.secrets.map(({ madeAt, until }) => (
          <span key={madeAt}>
            <Time at={madeAt} seconds={false} />
            {until === null ? null : (
              <>
                {" – "}
                <Time at={until} seconds={false} />
              </>
            )}
            <br />
          </span>
        ))}
      </span>,
    ],
    [fields.createdAt, <Time key="value" at={webhook.createdAt} />],
    [fields.createdBy, <Who key="value" actor={webhook.createdBy} />],
    [fields.modifiedAt, <Time key="value" at={webhook.modifiedAt} />],
    [fields.modifiedBy, <Who key="value" actor={webhook.modifiedBy} />],
    [fields.id, <code key="value">{webhook.id}</code>],
  ];
  return facts.filter((fact) => fact !== null);
}

function WebhookDialogs({
  dialog,
  data,
  onSecret,
  onClose,
}: {
  readonly dialog: DialogName | null;
  readonly data: Answered<Webhook>;
  readonly onSecret: (secret: string) => void;
  readonly onClose: () => void;
}) {
  const { webhooks } = useTexts();
  const navigate = useNavigate();
  const { id, standing } = data.body;
  switch (dialog) {
    case null:
      return null;
    case "edit":
      return <EditWebhookDialog data={data} onClose={onClose} />;
    case "disable":
      return <DisableDialog id={id} onClose={onClose} />;
    case "replay":
      return <ReplayDialog webhook={data.body} onClose={onClose} />;
    case "test":
      return (
        <ConfirmDialog
          title={webhooks.test}
          verb={webhooks.test}
          act={async (intent) => await testWebhook(id, intent)}
          done={webhooks.tested}
          onClose={onClose}
        >
          <p>
            <bdi>{data.body.url}</bdi>
          </p>
        </ConfirmDialog>
      );
    case "enable":
      return (
        <ConfirmDialog
          title={webhooks.enableTitle}
          verb={webhooks.enable}
          act={async (intent) => await enableWebhook(id, intent)}
          done={webhooks.enabled}
          onClose={onClose}
        >
          <p>{webhooks.enableWhy}</p>
        </ConfirmDialog>
      );
    case "rotate":
      return (
        <ConfirmDialog
          title={webhooks.rotateTitle}
          verb={webhooks.rotate}
          act={async (intent) => onSecret(await rotateSecret(id, intent))}
          done={webhooks.saved}
          onClose={onClose}
        >
          <p>{webhooks.rotateWhy}</p>
        </ConfirmDialog>
      );
    case "delete":
      return (
        <ConfirmDialog
          title={webhooks.removeTitle}
          verb={webhooks.remove}
          act={async (intent) => await deleteWebhook(id, intent)}
          done={webhooks.removed}
          isDangerous
          onClose={onClose}
          onDone={async () => await navigate({ to: "/webhooks" })}
        >
          <p>{webhooks.removeWhy(standing.waiting)}</p>
        </ConfirmDialog>
      );
  }
}
