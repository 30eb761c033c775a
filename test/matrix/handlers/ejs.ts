import ejs from 'ejs';

export default (): void => console.log(ejs.render('ejs <%= does %>', { does: 'works' }));
