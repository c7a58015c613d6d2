/** Numbers that card schemes and payment providers publish for testing; none belongs to anybody. */
export const TEST_CARDS = [
  { pan: "5555555555554444", demo: "Vistula Bank, World Elite" },
  { pan: "5454545454545454", demo: "Vistula Bank, Platinum" },
  { pan: "5424000000000015", demo: "Vistula Bank, Gold" },
  { pan: "5105105105105100", demo: "Rhein Bank, World Elite" },
  { pan: "2222400070000005", demo: "Rhein Bank, Platinum" },
  { pan: "5500000000000004", demo: "Rhein Bank, Gold" },
  { pan: "5200828282828210", demo: "Rhein Bank, Debit" },
  { pan: "4242424242424242", demo: null },
] as const;
