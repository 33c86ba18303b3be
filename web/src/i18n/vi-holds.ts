/** Words of evidence that is kept for a case. */

export const viHolds = {
  mark: 'Đang giữ làm chứng cứ',
  title: 'Giữ làm chứng cứ',
  all: 'Chứng cứ đang được giữ',
  intro:
    'Chứng cứ của các vụ việc dưới đây được giữ cho hồ sơ, không bị xóa khi hết thời hạn lưu trữ hay khi ổ đĩa đầy.',
  none: 'Hiện không giữ chứng cứ nào.',
  cut: 'Chỉ hiện {{count}} mục mới nhất; mục cũ hơn có ở trang của từng vụ việc.',
  keep: 'Giữ lại làm chứng cứ',
  reason: 'Lý do, số hồ sơ',
  reasonHint: 'Ví dụ: Hồ sơ 12/2026, Công an phường 1.',
  until: 'Giữ đến hết ngày',
  untilHint: 'Để trống: giữ đến khi được gỡ.',
  untilDay: 'giữ đến hết ngày {{when}}',
  untilLifted: 'giữ đến khi được gỡ',
  by: '{{who}} yêu cầu lúc {{when}}',
  lift: 'Thôi giữ',
  liftWhy: 'Lý do thôi giữ',
};
