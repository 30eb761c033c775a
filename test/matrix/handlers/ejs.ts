import ejs from 'ejs';

export default (): string => ejs.render('ejs <%= does %>', { does: 'works' });
