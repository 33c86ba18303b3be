/** Words of the pages besides the desk. */

export const viPages = {
  role: {
    viewer: 'Người xem',
    reviewer: 'Cán bộ duyệt',
    supervisor: 'Lãnh đạo phụ trách',
    administrator: 'Quản trị viên',
    auditor: 'Kiểm tra viên',
  },
  account: {
    singleKeys: 'Dùng phím tắt một phím',
  },
};
