/** Words of the page Reports. */

export const viReports = {
  reports: {
    period: 'Kỳ báo cáo',
    periods: {
      day: 'Ngày',
      week: 'Tuần',
      month: 'Tháng',
      half_year: '6 tháng',
      year: 'Năm',
      range: 'Từ ngày … đến ngày …',
    },
    on: 'Kỳ chứa ngày',
    before: 'Kỳ trước',
    after: 'Kỳ sau',
    language: 'Ngôn ngữ của báo cáo',
    chooseDays: 'Chọn ngày đầu và ngày cuối; ngày cuối không trước ngày đầu.',
    files: 'Tải về:',
    formats: {
      docx: 'Văn bản (DOCX)',
      xlsx: 'Bảng tính (XLSX)',
      html: 'Trang web (HTML)',
      csv: 'Số liệu (CSV)',
    },
    days: 'Từ {{from}} đến hết {{to}} · lập ngày {{made}}',
    table: 'Bảng',
    chart: 'Biểu đồ',
    moreCameras: 'và {{count}} camera khác; tệp tải về có đủ.',
    moreRows: 'và {{count}} dòng khác; tệp tải về có đủ.',
    showAll: 'Hiện tất cả',
    definitions: 'Cách tính',
    nothing: 'Không có dữ liệu.',
  },
};
