import { Button } from "@mantine/core";
import { useMutation, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { queryClient } from "../../api/queryClient.ts";
import { may } from "../../api/session.ts";
import { ProblemText } from "../../shared/form/FormProblem.tsx";
import { Money } from "../../shared/money/Money.tsx";
import { type Fact, Facts } from "../../shared/page/Facts.tsx";
import { PageHead } from "../../shared/page/PageHead.tsx";
import { SectionHead } from "../../shared/page/SectionHead.tsx";
import { say } from "../../shared/page/toasts.ts";
import { Who } from "../../shared/people/Who.tsx";
import { DataTable } from "../../shared/table/DataTable.tsx";
import { MaybeTime, Time } from "../../shared/time/Time.tsx";
import { useTexts } from "../../texts/texts.ts";
import { word } from "../../texts/word.ts";
import { inquire, type PaymentDetails, paymentQuery } from "./queries.ts";
import { StateOfPayment, WhoActs } from "./state.tsx";

const route = getRouteApi("/shell/payments/$id");
const ResolveDialog = lazy(async () => ({ default: (await import("./ResolveDialog.tsx")).ResolveDialog }));

/** One payment: where it stands, what was asked and answered, and what somebody may do about it. */
export function PaymentPage() {
  const { payments: words, shell } = useTexts();
  const { id } = route.useParams();
  const { body: payment } = useSuspenseQuery(paymentQuery(id)).data;
  const [isResolving, setResolving] = useState(false);
  const asking = useMutation({
    mutationFn: async () => await inquire(id, crypto.randomUUID()),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["payments"] });
      say(words.inquired);
    },
  });
  const { resolve, inquire: mayInquire } = payment.actions;
  return (
    <>
      <PageHead
        title={words.title(id)}
        crumbs={[{ to: "/payments", label: shell.pages.payments }]}
        actions={
          <>
            {mayInquire ? (
              <Button variant="default" loading={asking.isPending} onClick={() => asking.mutate()}>
                {words.inquire}
              </Button>
            ) : null}
            {resolve.length > 0 ? <Button onClick={() => setResolving(true)}>{words.resolve}</Button> : null}
          </>
        }
      />
      {asking.error === null ? null : (
        <div role="alert">
          <ProblemText problem={asking.error} />
        </div>
      )}
      <PaymentFacts payment={payment} />
      <SectionHead title={words.steps} />
      <Steps payment={payment} />
      <SectionHead title={words.asked} />
      <Asked payment={payment} />
      {isResolving ? (
        <Suspense>
          <ResolveDialog payment={payment} onClose={() => setResolving(false)} />
        </Suspense>
      ) : null}
    </>
  );
}

function PaymentFacts({ payment }: { readonly payment: PaymentDetails }) {
  const { payments: words } = useTexts();
  const { id, problem } = payment;
  const facts: readonly Fact[] = [
    [words.state, <StateOfPayment key="value" state={payment.state} />],
    [words.who, <WhoActs key="value" {...payment} />],
    [words.amount, <Money key="value" money={payment.amount} />],
    [words.refunded, <Money key="value" money={payment.refunded} />],
    [words.requestedAt, <Time key="value" at={payment.requestedAt} />],
    [words.changedAt, <Time key="value" at={payment.changedAt} />],
    [
      words.operation,
      may("operations:read") ? (
        <Link key="value" to="/operations/$accessId" params={{ accessId: id }}>
          <code>{id}</code>
        </Link>
      ) : (
        <code key="value">{id}</code>
      ),
    ],
    [words.card, payment.maskedPan],
    [words.location, payment.locationName === null ? null : <bdi key="value">{payment.locationName}</bdi>],
    [words.terminal, <bdi key="value">{payment.terminal}</bdi>],
    [words.nextAt, <MaybeTime key="value" at={payment.nextAt} />],
    [words.tries, String(payment.tries)],
    [words.problem, problem === null ? null : word(words.silences, problem)],
  ];
  return <Facts label={words.facts} facts={facts} />;
}

function codeText(code: string | null, meaning: string | null): string {
  if (code === null) return "–";
  return meaning === null ? code : `${code}: ${meaning}`;
}

/** The meaning in the language of the panel, where it has one. */
function useCode(): (code: string | null, meaning: string | null) => string {
  const meanings: Readonly<Record<string, string>> = useTexts().operation.responseCodes;
  return (code, meaning) => codeText(code, (code === null ? undefined : meanings[code]) ?? meaning);
}

function Steps({ payment: { steps } }: { readonly payment: PaymentDetails }) {
  const { payments: words } = useTexts();
  const code = useCode();
  return (
    <DataTable
      label={words.steps}
      rows={steps.map((step, place) => ({ ...step, place }))}
      rowKey={({ place }) => String(place)}
      columns={[
        { id: "at", header: words.at, cell: ({ at }) => <Time at={at} /> },
        { id: "what", header: words.what, cell: ({ what }) => word(words.whats, what) },
        {
          id: "amount",
          header: words.amount,
          cell: ({ amount }) => (amount === null ? "–" : <Money money={amount} />),
        },
        {
          id: "outcome",
          header: words.answer,
          cell: ({ outcome }) => (outcome === null ? "–" : word(words.outcomes, outcome)),
        },
        {
          id: "code",
          header: words.responseCode,
          cell: ({ responseCode, responseMeaning }) => code(responseCode, responseMeaning),
        },
        {
          id: "why",
          header: words.reason,
          cell: ({ why }) => (why === null ? "–" : <bdi>{word(words.silences, why)}</bdi>),
        },
        { id: "by", header: words.by, cell: ({ by }) => (by === null ? "–" : <Who actor={by} />) },
      ]}
    />
  );
}

function Asked({ payment: { asked } }: { readonly payment: PaymentDetails }) {
  const { payments: words } = useTexts();
  const code = useCode();
  if (asked.length === 0) return <p>{words.notAsked}</p>;
  return (
    <DataTable
      label={words.asked}
      rows={asked.map((line, place) => ({ ...line, place }))}
      rowKey={({ place }) => String(place)}
      columns={[
        { id: "at", header: words.at, cell: ({ at }) => <Time at={at} /> },
        { id: "asked", header: words.question, cell: ({ asked: question }) => words.questions[question] },
        { id: "answer", header: words.answer, cell: ({ answer }) => words.outcomes[answer] },
        {
          id: "code",
          header: words.responseCode,
          cell: ({ responseCode, responseMeaning }) => code(responseCode, responseMeaning),
        },
        {
          id: "why",
          header: words.reason,
          cell: ({ why }) => (why === null ? "–" : word(words.silences, why)),
        },
      ]}
    />
  );
}
