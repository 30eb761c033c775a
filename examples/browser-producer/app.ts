import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { OAuthScope, ResourceServerScope, UserPool } from 'aws-cdk-lib/aws-cognito';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Cistern, HttpAccess } from 'cistern/cdk';

const stack = new Stack(new App(), 'Clicks');
/** Where the page is. */
const SITE = 'https://www.example.com';

// who signs the page's users in; their tokens may add clicks, and nothing else
const users = new UserPool(stack, 'Users');
const addClicks = new ResourceServerScope({ scopeName: 'add', scopeDescription: 'Add clicks' });
const clicks = users.addResourceServer('Api', { identifier: 'clicks', scopes: [addClicks] });
const page = users.addClient('Page', {
  oAuth: {
    flows: { authorizationCodeGrant: true },
    scopes: [OAuthScope.OPENID, OAuthScope.resourceServer(clicks, addClicks)],
    callbackUrls: [SITE],
  },
});

const cistern = new Cistern(stack, 'Cistern', {
  deployment: 'clicks',
  definitions: './batches',
  http: {
    // the page: a token with this scope
    add: HttpAccess.jwt({
      issuer: users.userPoolProviderUrl,
      audience: [page.userPoolClientId],
      scopes: ['clicks/add'],
    }),
    // operators: requests that are signed with an AWS role
    operate: HttpAccess.iam(),
    cors: { origins: [SITE], maxAge: Duration.hours(1) },
    // no page needs more, and whoever has a token can send
    rateLimit: 100,
    burstLimit: 200,
  },
});

// those who see and do everything, with the command line and the dashboard
const oncall = new Role(stack, 'Oncall', { assumedBy: new AccountRootPrincipal() });
cistern.grantOperate(oncall);
// those who may look at this one batch, and hold it
const analysts = new Role(stack, 'Analysts', { assumedBy: new AccountRootPrincipal() });
cistern.grantOperate(analysts, { batches: ['clicks'], operations: ['getBatch', 'pause', 'resume'] });

// what `npx cistern status --stack Clicks` looks for, and the page's config.json has
new CfnOutput(stack, 'ApiEndpoint', { value: cistern.api.endpoint });
