import { Button } from "@mantine/core";
import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { IconSend } from "@tabler/icons-react";
import { useState } from "react";
import { may } from "../../api/session.ts";
import { ConfirmDialog } from "../../shared/dialog/ConfirmDialog.tsx";
import { StateView } from "../../shared/page/StateView.tsx";
import type { Column } from "../../shared/table/columns.ts";
import { ListPage } from "../../shared/table/ListPage.tsx";
import { MaybeTime, Time } from "../../shared/time/Time.tsx";
import { type Texts, useTexts } from "../../texts/texts.ts";
import { AttemptsDialog } from "./AttemptsDialog.tsx";
import { deliveryFilters } from "./filters.ts";
import { deliveriesQuery, type Delivery, resend, webhookQuery } from "./queries.ts";
import { AnswerText, DeliveryState } from "./state.tsx";

const route = getRouteApi("/shell/webhooks/$id/deliveries");

export function DeliveriesPage() {
  const texts = useTexts();
  const { webhooks, shell } = texts;
  const { id } = route.useParams();
  const search = route.useSearch();
  const { url, enabled } = useSuspenseQuery(webhookQuery(id)).data.body;
  const filters = deliveryFilters(texts);
  const [looked, setLooked] = useState<Delivery | null>(null);
  const [again, setAgain] = useState<Delivery | null>(null);
  const maySend = may("webhooks:write") && enabled;
  return (
    <>
      <ListPage<Delivery>
        name="webhook-deliveries"
        title={webhooks.deliveriesOf(url)}
        crumbs={[
          { to: "/webhooks", label: shell.pages.webhooks },
          { to: `/webhooks/${id}`, label: url },
        ]}
        columns={columns(texts)}
        filters={filters}
        search={search}
        query={deliveriesQuery(id, search, filters)}
        rowKey={(one) => one.id}
        actionsLabel={webhooks.attempts}
        rowActions={(one) => (
          <>
            <Button
              size="compact-sm"
              variant="subtle"
              aria-label={webhooks.lookOf(one.type, one.messageId)}
              onClick={() => setLooked(one)}
            >
              {webhooks.look}
            </Button>
            {maySend ? (
              <Button
                size="compact-sm"
                variant="subtle"
                aria-label={webhooks.resendOf(one.type, one.messageId)}
                onClick={() => setAgain(one)}
              >
                {webhooks.resend}
              </Button>
            ) : null}
          </>
        )}
        empty={
          <StateView icon={IconSend} title={webhooks.noDeliveries}>
            <p>{webhooks.noDeliveriesWhy}</p>
          </StateView>
        }
      />
      {looked === null ? null : <AttemptsDialog delivery={looked} onClose={() => setLooked(null)} />}
      {again === null ? null : (
        <ConfirmDialog
          title={webhooks.resendTitle}
          verb={webhooks.resend}
          act={async (intent) => await resend(id, again.id, intent)}
          done={webhooks.resent}
          onClose={() => setAgain(null)}
        >
          <p>
            <code>{again.type}</code> <bdi className="mono">{again.messageId}</bdi>
          </p>
          <p>{webhooks.resendWhy}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function columns({ webhooks }: Texts): readonly Column<Delivery>[] {
  const { delivery } = webhooks;
  return [
    { id: "state", header: delivery.state, cell: ({ state }) => <DeliveryState state={state} /> },
    { id: "type", header: delivery.type, cell: ({ type }) => <code>{type}</code> },
    {
      id: "queuedAt",
      header: delivery.queuedAt,
      cell: ({ queuedAt }) => <Time at={queuedAt} zoneName={false} />,
    },
    { id: "attempts", header: delivery.attempts, cell: ({ attempts }) => attempts, isNumber: true },
    {
      id: "last",
      header: delivery.last,
      cell: ({ log }) => {
        const line = log.at(-1);
        return line === undefined ? <span aria-hidden="true">–</span> : <AnswerText line={line} />;
      },
    },
    { id: "nextAt", header: delivery.nextAt, cell: ({ nextAt }) => <MaybeTime at={nextAt} /> },
    {
      id: "messageId",
      header: delivery.messageId,
      cell: ({ messageId }) => <code>{messageId}</code>,
      isExtra: true,
    },
    {
      id: "position",
      header: delivery.position,
      cell: ({ position }) => (position === null ? null : <code>{position}</code>),
      isExtra: true,
    },
  ];
}
